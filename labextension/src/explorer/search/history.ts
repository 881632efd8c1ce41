/** The most searches that are remembered. */
const MOST = 10;
/** A shorter text is typed as fast as it is picked. */
const LEAST = 4;

/** The searches that led somewhere, the last one first. */
export class SearchHistory {
  private kept: readonly string[] = [];

  get searches(): readonly string[] {
    return this.kept;
  }

  /** A search has led somewhere. */
  remember(text: string): void {
    const said = text.trim();
    if (said.length >= LEAST) {
      this.kept = [said, ...this.kept.filter(each => each !== said)].slice(0, MOST);
    }
  }

  /** Those that were remembered when the page was left; what was searched for since stays before them. */
  restore(searches: readonly string[]): void {
    this.kept = [...this.kept, ...searches.filter(each => !this.kept.includes(each))].slice(0, MOST);
  }
}
