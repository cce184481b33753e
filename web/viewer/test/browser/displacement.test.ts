import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { centreOf, depth, difference, height, paint, photo, width, type Pixel } from './pictures';
import { bundleDisplacement, launch, pictureAt, settled, told, visit } from './visit';

let browser: Browser;
let script: string;
beforeAll(async () => {
    browser = await launch();
    script = await bundleDisplacement();
});
afterAll(() => browser.close());

const shift = 6;
const tag = `<photo-3d mode="displacement" src="photo.png" depth="depth.png" shift="${shift}"
    alt="A red square" idle="none" style="width:${width}px;height:${height}px"></photo-3d>`;
const files = { 'photo.png': photo(), 'depth.png': depth() };

// The filter reads the depth where a pixel is drawn, so borders of things stay and what is on them
// moves: the way is that of a mark on the near square, and of the far post.
test.each([
    ['near', -1, paint(width, height, (x, y) => mark(x, y))],
    ['far', 1, photo()],
])('what is %s moves by the documented way', async (_, sign, picture) => {
    const { page, complaints, close } = await visit(
        browser,
        `${tag}<script type="module" src="displacement.js"></script>`,
        { ...files, 'photo.png': picture, 'displacement.js': script },
    );
    await page.waitForFunction(() => document.querySelector('photo-3d')!.state === 'ready');
    const still = centreOf(await pictureAt(page, 0), 'b');
    const moved = centreOf(await pictureAt(page, -1), 'b');
    const expected = (sign * 0.5 * shift * width) / 100;
    expect(Math.abs(moved.x - still.x - expected)).toBeLessThan(0.05 * Math.abs(expected));
    expect(complaints).toEqual([]);
    await close();
});

/** A blue mark on what is nothing else than black. */
function mark(x: number, y: number): Pixel {
    const b = Math.hypot(x - 79, y - 59) < 8 ? 255 : 0;
    return { r: 0, g: 0, b };
}

test('without its script the mode says so, the photo stays, and it begins once the script is there', async () => {
    const { page, close } = await visit(browser, tag, { ...files, 'displacement.js': script });
    await settled(page);
    expect((await told(page))[0]).toContain('mode');
    expect(difference(await page.locator('photo-3d').screenshot(), photo())).toBeLessThanOrEqual(1);
    await page.addScriptTag({ type: 'module', url: 'displacement.js' });
    await page.waitForFunction(() => document.querySelector('photo-3d')!.state === 'ready');
    await close();
});
