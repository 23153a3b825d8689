/** The value of an `Authorization` header that shows a name and password. Source: RFC 7617. */
export function basicOf(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
