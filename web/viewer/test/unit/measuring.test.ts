import { expect, test } from 'vitest';
import { planesOf, sharpenSteps, sizeFor, spreadOverRange } from '../../src/measuring';

test.each([
    [640, 480, 512, 384],
    [3000, 4000, 384, 512],
    [1000, 1000, 384, 384],
    [100, 2000, 384, 1536],
])('the network sees a photo of %i×%i at %i×%i', (width, height, seenWidth, seenHeight) => {
    expect(sizeFor({ width, height })).toEqual({ width: seenWidth, height: seenHeight });
});

test('a photo becomes planes from −1 to 1', () => {
    const data = new Uint8ClampedArray([0, 255, 51, 255, 255, 0, 204, 255]);
    const planes = planesOf({ data, width: 2, height: 1 } as ImageData);
    [-1, 1, 1, -1, -0.6, 0.6].forEach((value, at) => expect(planes[at]).toBeCloseTo(value));
});

test('depth on any scale reaches from black to white, and outliers do not count', () => {
    const ramp = Float32Array.from({ length: 1001 }, (_, at) => -3 + at / 100);
    ramp[500] = 1e6;
    const spread = spreadOverRange(ramp);
    expect(Math.min(...spread)).toBe(0);
    expect(Math.max(...spread)).toBe(255);
    expect(Math.abs(spread[250]! - 255 / 4)).toBeLessThan(1);
    expect([...spreadOverRange(new Float32Array(9).fill(7))]).toEqual(new Array(9).fill(0));
});

test('a slope between two things becomes a step, and a slanted surface stays', () => {
    const size = { width: 9, height: 3 };
    const rows = (row: number[]): Float32Array => Float32Array.from([...row, ...row, ...row]);
    const slope = rows([0, 0, 0, 60, 128, 190, 255, 255, 255]);
    expect([...sharpenSteps(slope, size)]).toEqual([...rows([0, 0, 0, 0, 255, 255, 255, 255, 255])]);
    const slanted = rows([0, 4, 8, 12, 16, 20, 24, 28, 32]);
    expect([...sharpenSteps(slanted, size)]).toEqual([...slanted]);
});
