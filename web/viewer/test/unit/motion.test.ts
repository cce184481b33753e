import { expect, test } from 'vitest';
import { approach, clampView, presetNamed, presets, rest, sway, swayMs } from '../../src/motion';

test('a view approaches its target at a pace that does not depend on the frames', () => {
    const target = { x: 1, y: -1 };
    const once = approach(rest, target, 100, 140);
    const twice = approach(approach(rest, target, 50, 140), target, 50, 140);
    expect(twice.x).toBeCloseTo(once.x, 9);
    expect(once.x).toBeCloseTo(1 - Math.exp(-100 / 140), 9);
    expect(approach(rest, target, 5000, 140)).toBe(target);
});

test('views stay within the photo', () => {
    expect(clampView({ x: 3, y: -3 })).toEqual({ x: 1, y: -1 });
});

test('a sway begins and ends at rest and is over within five seconds', () => {
    expect(swayMs).toBeLessThan(5000);
    for (const at of [0, swayMs]) {
        expect(sway(at, 1).x).toBeCloseTo(0, 9);
        expect(sway(at, 1).y).toBeCloseTo(0, 9);
    }
    expect(sway(swayMs / 4, 0.7).x).toBeCloseTo(0.7, 9);
});

test('an unknown preset is the normal one', () => {
    expect(presetNamed('calm')).toBe(presets.calm);
    expect(presetNamed('wild')).toBe(presets.normal);
});
