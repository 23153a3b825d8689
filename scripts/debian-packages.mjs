// The real programs that suites test against. As root on Debian they are installed; elsewhere they are named.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian package → a program it brings. */
const packages = {
  chromium: 'chromium',
  prometheus: 'prometheus',
  'prometheus-node-exporter': 'prometheus-node-exporter',
  'victoria-metrics': 'victoria-metrics',
};

function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Installs what is missing where that is possible; returns the names of what is still missing. */
export function installDebianPackages() {
  const missing = () => Object.keys(packages).filter((name) => !has(packages[name]));
  const wanted = missing();
  if (wanted.length === 0) return [];
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version') || !has('apt-get'))
    return wanted;
  console.log(`Installing Debian packages for the live suites: ${wanted.join(', ')} …`);
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...wanted);
  return missing();
}
