// `npm start`: install, build, run the demo. Arguments behind `--` go to `bellwether demo`.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build, install, requireNode, root } from './prepare.mjs';

requireNode();
install();
build();
const demo = spawn(
  process.execPath,
  [join(root, 'packages/server/dist/cli/main.js'), 'demo', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => demo.kill(signal));
demo.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
