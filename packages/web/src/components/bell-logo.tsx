/** The bell of the leading sheep. */
export function BellLogo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#1d2733" />
      <path
        d="M16 6.5c-4.3 0-7 3.1-7.3 7.6-.2 3.1-.9 4.9-2.1 6.3-.5.6-.1 1.6.7 1.6h17.4c.8 0 1.2-1 .7-1.6-1.2-1.4-1.9-3.2-2.1-6.3-.3-4.5-3-7.6-7.3-7.6Z"
        fill="#f4c04e"
      />
      <circle cx="16" cy="24.6" r="2.4" fill="#f4c04e" />
      <path d="M16 4v3" stroke="#f4c04e" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
