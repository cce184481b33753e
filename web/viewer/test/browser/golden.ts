// Pictures that were looked at once and must stay. Each has a folder in test/golden: `picture.png`, and
// `limits.json` with how far a pixel's sample may be from it, in the mean and at worst, of 255.
// GOLDEN=write takes what is seen now; look at it before it is committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { expect } from 'vitest';
import { farthestApart, difference, paint } from './pictures';

const accepted = fileURLToPath(new URL('../golden/', import.meta.url));
const failed = fileURLToPath(new URL('../../../../build/golden/', import.meta.url));

interface Limits {
    readonly mean: number;
    readonly worst: number;
}

export function expectGolden(name: string, seen: Buffer): void {
    const folder = `${accepted}${name}/`;
    if (process.env['GOLDEN'] === 'write') {
        writeFileSync(`${folder}picture.png`, seen);
        return;
    }
    const limits = JSON.parse(readFileSync(`${folder}limits.json`, 'utf8')) as Limits;
    const picture = readFileSync(`${folder}picture.png`);
    const mean = difference(seen, picture);
    const worst = farthestApart(seen, picture);
    if (mean <= limits.mean && worst <= limits.worst) return;
    mkdirSync(failed, { recursive: true });
    writeFileSync(`${failed}${name}_seen.png`, seen);
    writeFileSync(`${failed}${name}_difference.png`, drawDifference(seen, picture));
    expect.fail(
        `${name}: ${mean.toFixed(2)} in the mean and ${worst} at worst from the picture accepted, of ` +
            `${limits.mean} and ${limits.worst}; build/golden/${name}_difference.png shows where`,
    );
}

/** Grey where they are equal, as much brighter or darker as `seen` is. */
function drawDifference(seen: Buffer, picture: Buffer): Buffer {
    const [a, b] = [PNG.sync.read(seen), PNG.sync.read(picture)];
    const at = (i: number): number => Math.min(255, Math.max(0, 128 + a.data[i]! - b.data[i]!));
    return paint(a.width, a.height, (x, y) => {
        const i = 4 * (y * a.width + x);
        return { r: at(i), g: at(i + 1), b: at(i + 2) };
    });
}
