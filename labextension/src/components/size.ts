const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const;

/** `bytes` for a person, in steps of 1,000: `512 B`, `1.5 kB`, `20 MB`; a size that none can have as it is. */
export function size(bytes: number): string {
  if (!(bytes >= 0 && Number.isFinite(bytes))) {
    return `${bytes} B (implausible)`;
  }
  let value = bytes;
  let unit = 'B';
  for (const next of UNITS) {
    // What would be rounded to 1000 belongs to the next unit.
    if (value < 999.5) {
      break;
    }
    value /= 1000;
    unit = next;
  }
  return `${unit === 'B' || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${unit}`;
}
