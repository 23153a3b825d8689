/** Numbers in the sentences the server writes: three significant digits, with their unit. */

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

export function percent(ratio: number): string {
  return `${digits(ratio * 100)} %`;
}

export function rate(perSecond: number): string {
  return `${digits(perSecond)} req/s`;
}

export function seconds(value: number): string {
  return value < 1 ? `${digits(value * 1000)} ms` : `${digits(value)} s`;
}
