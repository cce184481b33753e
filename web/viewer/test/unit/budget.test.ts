import { expect, test } from 'vitest';
import { Budget } from '../../src/budget';

test('who used its context longest ago gives it back', () => {
    const released: string[] = [];
    const budget = new Budget(2);
    const holder = (name: string) => ({ release: () => void released.push(name) });
    const [a, b, c] = [holder('a'), holder('b'), holder('c')];
    budget.take(a);
    budget.take(b);
    budget.take(a);
    expect(released).toEqual([]);
    budget.take(c);
    expect(released).toEqual(['b']);
    budget.give(a);
    budget.take(b);
    expect(released).toEqual(['b']);
});
