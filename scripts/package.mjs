// `npm run package`: would what we publish work for those who install it? publint for each package, and the SDK's size.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, install, requireNode, root, run } from './prepare.mjs';

requireNode();
install();
build();
for (const name of ['promql', 'template', 'formats', 'rules', 'sdk', 'server'])
  run(`publint ${name}`, process.execPath, [
    fileURLToPath(import.meta.resolve('publint')).replace(/src.*$/, 'src/cli.js'),
    'run',
    join(root, 'packages', name),
    '--strict',
  ]);
run('size-limit', process.execPath, [join(root, 'node_modules/size-limit/bin.js')]);
