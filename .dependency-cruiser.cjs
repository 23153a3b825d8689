/** The directions of the house (ARCHITECTURE.md). Each rule says, in one sentence, why it stands. */

const pure = '^packages/(promql|template|formats|rules|slo|drift|alerting)/src';

/** Folders of packages/server/src from the right of the flow to its left: a folder imports only from those before it. */
const serverOrder = [
  ['store', 'metrics', 'collect'],
  ['models', 'health', 'pipelines', 'deliver', 'demo'],
  ['api', 'stack'],
  ['compose'],
  ['cli'],
];

const serverRules = serverOrder.flatMap((group, index) => {
  const later = serverOrder.slice(index + 1).flat();
  if (later.length === 0) return [];
  return [
    {
      name: `server-flow-${group.join('-')}`,
      comment: `Data flows one way: ${group.join(', ')} must not import from ${later.join(', ')}, which stand nearer to the person.`,
      severity: 'error',
      from: { path: `^packages/server/src/(${group.join('|')})(/|\\.)`, pathNot: '\\.test\\.ts$' },
      to: { path: `^packages/server/src/(${later.join('|')})(/|\\.)` },
    },
  ];
});

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one thing, or a third is missing.',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-packages-touch-nothing',
      comment:
        'Pure packages decide; only the server acts, so they import nothing of Node and run in a browser.',
      severity: 'error',
      from: { path: pure, pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'promql-stands-alone',
      comment: 'The language knows no rules, no server and no pages.',
      severity: 'error',
      from: { path: '^packages/promql/src' },
      to: { path: '^(packages/(?!promql)|examples|bench|conformance)' },
    },
    {
      name: 'template-stands-alone',
      comment: 'A template language knows nothing of those who use it.',
      severity: 'error',
      from: { path: '^packages/template/src' },
      to: { path: '^(packages/(?!template)|examples|bench|conformance)' },
    },
    {
      name: 'rules-on-promql-and-template',
      comment: 'Rules are written in PromQL and templates, and know nothing else.',
      severity: 'error',
      from: { path: '^packages/rules/src' },
      to: { path: '^(packages/(?!rules|promql|template)|examples|bench|conformance)' },
    },
    {
      name: 'sdk-is-small',
      comment:
        'A model service imports the SDK: it carries no server, no language and no pages with it.',
      severity: 'error',
      from: { path: '^packages/sdk/src', pathNot: '\\.test\\.ts$' },
      to: { path: '^(packages/(?!sdk|drift)|examples|bench|conformance)' },
    },
    {
      name: 'web-only-types-of-the-server',
      comment:
        "The pages speak to the server by HTTP; of its code they know the API's types and nothing else.",
      severity: 'error',
      from: { path: '^packages/web/src' },
      to: { path: '^packages/(?!web)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'server-knows-no-pages',
      comment: 'The server hands out the built pages as files and imports none of their code.',
      severity: 'error',
      from: { path: '^packages/server/src' },
      to: { path: '^packages/web/' },
    },
    {
      name: 'one-port-for-metrics',
      comment:
        'Only compose and the embedded source know which engine answers PromQL; all others ask MetricSource.',
      severity: 'error',
      from: {
        path: '^packages/server/src/(models|health|pipelines|deliver|api)/',
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^packages/server/src/metrics/(embedded|prometheus)\\.ts$' },
    },
    {
      name: 'collect-into-store',
      comment: 'The store does not know where bytes came from.',
      severity: 'error',
      from: { path: '^packages/server/src/(store|metrics)/' },
      to: { path: '^packages/server/src/collect/' },
    },
    ...serverRules,
    {
      name: 'compose-only-from-cli',
      comment: 'Parts are joined in one place, and only the command line opens it.',
      severity: 'error',
      from: {
        path: '^packages/server/src',
        pathNot: '^packages/server/src/(cli/|compose(\\.ts|/)|index\\.ts|.*\\.test\\.ts)',
      },
      to: { path: '^packages/server/src/compose(\\.ts$|/)' },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that cannot be found is a dependency nobody declared.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['bellwether:source', 'import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
