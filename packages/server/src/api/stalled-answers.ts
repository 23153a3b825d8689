import type { Millis } from '@bellwether/promql';
import type { FastifyInstance } from 'fastify';

/**
 * Ends answers of which a client takes nothing for too long: what they hold in memory would be held for as long as the
 * client likes. An answer that is still being made does not count as one that is not taken.
 */
export function endStalledAnswers(app: FastifyInstance, timeoutMs: Millis): void {
  app.addHook('onSend', async (_request, { raw }, payload) => {
    // The timer of a socket starts anew with each piece that the network takes.
    raw.setTimeout(timeoutMs, () => {
      const { socket } = raw;
      if (socket !== null && socket.writableLength > 0) socket.destroy();
    });
    return payload;
  });
}
