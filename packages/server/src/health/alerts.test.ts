import { expect, it } from 'vitest';
import { splitRunbook } from './alerts.ts';

it("takes document B's runbook out of a description as steps", () => {
  const text = `Model m error rate is 7%
(threshold: 5%)

RUNBOOK:
1. Check recent error logs: kubectl logs -l app=ml-service --since=10m | grep ERROR
2. Check model health: curl http://service/health
`;
  expect(splitRunbook(text)).toEqual({
    description: 'Model m error rate is 7%\n(threshold: 5%)',
    runbook: [
      'Check recent error logs: kubectl logs -l app=ml-service --since=10m | grep ERROR',
      'Check model health: curl http://service/health',
    ],
  });
});

it('leaves a description without a runbook as it is', () => {
  expect(splitRunbook('CPU usage is 91%')).toEqual({
    description: 'CPU usage is 91%',
    runbook: [],
  });
});
