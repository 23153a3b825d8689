import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { compressSync } from 'snappy';
import { type Attack, ask, type Ground, summary } from './attack.ts';
import { writeRequest } from './write-request.ts';

const MIB = 1024 * 1024;

/** Attacks by what is sent. */
export const BY_PUSH: readonly Attack[] = [
  {
    name: '41 refused writes of new series',
    run: async (ground) => {
      const answers: string[] = [];
      for (let n = 0; n < 41; n++) answers.push(await push(ground, refused(n)));
      return summary(answers);
    },
  },
  {
    name: '60 unfinished bodies of 30 MiB',
    run: async ({ url }) => {
      const part = Buffer.alloc(MIB, 1);
      const sockets = await Promise.all(
        Array.from({ length: 60 }, () => begin(url, '/api/v1/write', 30 * MIB)),
      );
      for (let sent = 0; sent < 29; sent++) {
        for (const socket of sockets) if (!socket.destroyed) socket.write(part);
        await pause(100);
      }
      await pause(3000);
      const open = sockets.filter((socket) => !socket.destroyed).length;
      for (const socket of sockets) socket.destroy();
      return `${open} of 60 were still open`;
    },
  },
  {
    name: 'silent connections at the doors',
    run: async ({ url }) => {
      const sockets = await Promise.all(
        Array.from({ length: 40 }, () => begin(url, '/api/bellwether/v1/events', 16 * MIB)),
      );
      const event = { type: 'prediction', id: 'a', model: 'm', prediction: 'x' };
      const answer = await ask(`${url}/api/bellwether/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...event, time: new Date().toISOString() }),
      });
      for (const socket of sockets) socket.destroy();
      return `another's event: ${answer}`;
    },
  },
  {
    name: 'metadata of 200,000 metrics',
    run: async (ground) => {
      const answers: string[] = [];
      for (let n = 0; n < 20; n++) {
        const metadata = Array.from({ length: 10_000 }, (_, i) => ({
          name: `about_${n}_${i}`,
          help: `${n} ${i} ${'so long a text '.repeat(60)}`,
        }));
        answers.push(await push(ground, writeRequest([], metadata)));
      }
      return summary(answers);
    },
  },
  {
    name: '10,000 events of 20 kB, read back',
    run: async ({ url }) => {
      const answers: string[] = [];
      for (let n = 0; n < 20; n++) {
        const lines = Array.from({ length: 500 }, (_, i) =>
          JSON.stringify({
            type: 'prediction',
            id: `large-${n}-${i}`,
            model: 'large',
            time: new Date().toISOString(),
            prediction: 'x',
            features: Object.fromEntries(
              Array.from({ length: 18 }, (_, f) => [`f${f}`, 'y'.repeat(900)]),
            ),
          }),
        );
        answers.push(
          await ask(`${url}/api/bellwether/v1/events`, {
            method: 'POST',
            headers: { 'content-type': 'application/x-ndjson' },
            body: lines.join('\n'),
          }),
        );
      }
      const read = await Promise.all(
        Array.from({ length: 4 }, () =>
          ask(`${url}/api/bellwether/v1/events?model=large&limit=10000`),
        ),
      );
      return `sent: ${summary(answers)}; read: ${summary(read)}`;
    },
  },
];

/** Series that nobody has seen and no receiver takes: their metric has no name. */
function refused(n: number): Uint8Array {
  return writeRequest(
    Array.from({ length: 15_000 }, (_, i) => ({
      labels: [['i', `${n}-${i}-${Math.random().toString(36).repeat(12)}`]],
      time: Date.now(),
      value: 1,
    })),
  );
}

function push({ url }: Ground, body: Uint8Array): Promise<string> {
  return ask(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'content-encoding': 'snappy',
      'content-type': 'application/x-protobuf',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    body: new Uint8Array(compressSync(body)),
  });
}

/** Opens a request, says how much will come, and sends nothing of it. */
async function begin(url: string, path: string, length: number): Promise<Socket> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.resume();
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${path.includes('events') ? 'application/json' : 'application/x-protobuf'}\r\n` +
      `${path.includes('events') ? '' : 'Content-Encoding: snappy\r\n'}Content-Length: ${length}\r\n\r\n`,
  );
  return socket;
}
