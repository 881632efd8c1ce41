/** The flavors in an MLmodel file as MLflow writes it, without python_function, which nearly every model has. */
export function flavorsIn(mlmodel: string): string[] {
  const found: string[] = [];
  let inside = false;
  for (const line of mlmodel.split(/\r?\n/)) {
    if (!line.startsWith(' ')) {
      inside = line.trimEnd() === 'flavors:';
    } else if (inside) {
      const flavor = /^ {2}(\w+):\s*$/.exec(line)?.[1];
      if (flavor !== undefined && flavor !== 'python_function') {
        found.push(flavor);
      }
    }
  }
  return found;
}
