/**
 * What the search may spend, in steps and not in seconds: the same policy gives the same answer on every machine.
 * A step is one automaton move, one value checked or one branch taken.
 */
export class Budget {
  private total: number;
  private search = 0;
  private readonly perSearch: number;

  constructor(total: number, perSearch: number) {
    this.total = total;
    this.perSearch = perSearch;
  }

  begin(): void {
    this.search = Math.min(this.perSearch, this.total);
  }

  /** @throws BudgetSpent, which a search turns into `undetermined`. */
  spend(steps: number): void {
    this.search -= steps;
    this.total -= steps;
    if (this.search < 0) throw new BudgetSpent();
  }

  get left(): number {
    return this.total;
  }
}

export class BudgetSpent extends Error {
  constructor() {
    super('the step budget of the policy analysis is spent');
  }
}
