import { expect, test } from 'vitest';
import { viewOf } from '../../src/tilt';

const base = { beta: 40, gamma: 5 };

test('how the device was held is the middle, and fifteen degrees are all the way', () => {
    expect(viewOf(base, base, 0)).toEqual({ x: 0, y: 0 });
    expect(viewOf({ beta: 40, gamma: 20 }, base, 0)).toEqual({ x: 1, y: 0 });
    expect(viewOf({ beta: 32.5, gamma: 5 }, base, 0).y).toBeCloseTo(-0.5);
    expect(viewOf({ beta: 40, gamma: 90 }, base, 0).x).toBe(1);
});

test('on a screen that is turned, right is still right', () => {
    const forward = { beta: 47.5, gamma: 5 };
    expect(viewOf(forward, base, 90).x).toBeCloseTo(0.5);
    expect(viewOf(forward, base, 180).y).toBeCloseTo(-0.5);
    expect(viewOf(forward, base, 270).x).toBeCloseTo(-0.5);
    expect(viewOf(forward, base, -90)).toEqual(viewOf(forward, base, 270));
});
