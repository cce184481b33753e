// Browsers allow a page some sixteen WebGL contexts and take the oldest one away without asking. So
// viewers take theirs from one budget, and who used it longest ago goes back to the plain picture.

export interface Holder {
    /** Gives the context back; it may be taken again later. */
    release(): void;
}

export class Budget {
    /** In the order of use, the latest last. */
    private readonly holders = new Set<Holder>();

    constructor(private readonly limit: number) {}

    /** Also for a holder that has taken its context already and uses it again. */
    take(holder: Holder): void {
        this.holders.delete(holder);
        this.holders.add(holder);
        for (const oldest of this.holders) {
            if (this.holders.size <= this.limit) return;
            this.holders.delete(oldest);
            oldest.release();
        }
    }

    give(holder: Holder): void {
        this.holders.delete(holder);
    }
}

export const contexts = new Budget(8);
