/** What the embedded ClickHouse takes for itself when it is opened. Source: ClickHouse, src/Common/SignalHandlers.cpp. */
const TAKEN = [
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGSEGV',
  'SIGSYS',
  'SIGTRAP',
  'SIGTSTP',
] as const;

/**
 * Lets this process end at once where it cannot go on. ClickHouse's handlers wait up to 300 seconds for a thread that
 * only its own program has, the port and the data folder held meanwhile, deaf to SIGTERM: nobody would restart us. To
 * listen to a signal and no longer is what Node has to give a signal its default back, which ends the process.
 */
export function endAtFatalSignals(): void {
  const nothing = (): void => undefined;
  for (const signal of TAKEN) process.on(signal, nothing).off(signal, nothing);
}
