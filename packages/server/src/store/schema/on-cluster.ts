/**
 * A statement of the migrations as a cluster takes it: run on every node, its tables replicated. Replicas find each other
 * by the server's own `default_replica_path` and `default_replica_name`, so no engine carries a path.
 * Source: ClickHouse documentation, "Distributed DDL" and "Data replication".
 *
 * @param statement One that defines something of the database `bellwether`; statements about rows pass unchanged, as
 * replication carries those.
 * @throws Error where the statement is one of definition that this does not know
 */
export function onCluster(statement: string, cluster: string): string {
  if (/^\s*(INSERT|SELECT|OPTIMIZE)\b/i.test(statement)) return statement;
  const definition = DEFINITION.exec(statement);
  if (definition === null)
    throw new Error(`it is not known how to say on a cluster: ${statement.slice(0, 80)}`);
  const [head] = definition;
  const tail = statement.slice(head.length);
  return `${head} ON CLUSTER '${cluster}'${tail.replace(ENGINE, '$1Replicated$2')}`;
}

/** Up to and with the name of what is defined. */
const DEFINITION =
  /^\s*(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW|MATERIALIZED\s+VIEW|DATABASE)(?:\s+IF\s+NOT\s+EXISTS)?|ALTER\s+TABLE|DROP\s+(?:TABLE|VIEW)(?:\s+IF\s+EXISTS)?)\s+bellwether(?:\.\w+)?(?![\w.])/i;

/** The engines that have a replicated twin. */
const ENGINE =
  /(\bENGINE\s*=\s*)((?:Replacing|Summing|Aggregating|Collapsing|VersionedCollapsing)?MergeTree\b)/gi;
