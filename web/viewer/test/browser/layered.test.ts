import { PNG } from 'pngjs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { centreOf, depth, difference, height, manifest, photo, width } from './pictures';
import { launch, pictureAt, settled, told, viewIs, visit, type Visit } from './visit';

let browser: Browser;
beforeAll(async () => {
    browser = await launch();
});
afterAll(() => browser.close());

const box = `style="width:${width}px;height:${height}px" idle="none"`;
const layered = `<script type="application/json" id="layers">${manifest()}</script>
    <photo-3d manifest="#layers" alt="A red square" shift="5" ${box}></photo-3d>`;
const flat = `<photo-3d src="photo.png" depth="depth.png" alt="A red square" shift="5" ${box}></photo-3d>`;
const files = { 'photo.png': photo(), 'depth.png': depth() };

async function open(body: string, more = {}, options = {}): Promise<Visit> {
    const opened = await visit(browser, body, { ...files, ...more }, options);
    await settled(opened.page);
    return opened;
}

test.each([
    ['layers', layered],
    ['photo and depth', flat],
])('%s at rest are the photo', async (_, body) => {
    const { page, complaints, close } = await open(body);
    expect(difference(await pictureAt(page, 0), photo())).toBeLessThanOrEqual(1);
    expect(await told(page)).toEqual([['ready', null, undefined]]);
    expect(complaints).toEqual([]);
    await close();
});

test.each([
    ['layers', layered],
    ['photo and depth', flat],
])('%s: the near square and the far post part by the documented way', async (_, body) => {
    const { page, close } = await open(body);
    const still = await pictureAt(page, 0);
    for (const [x, y] of [[0.8, 0], [-1, 0], [0, 1], [0.6, -0.6]] as const) {
        const moved = await pictureAt(page, x, y);
        const way = (primary: 'r' | 'b', axis: 'x' | 'y'): number =>
            centreOf(moved, primary)[axis] - centreOf(still, primary)[axis];
        const expected = { x: 0.05 * width * x, y: 0.05 * width * y };
        expect(Math.abs(way('r', 'x') - way('b', 'x') - expected.x)).toBeLessThan(0.05 * 8);
        expect(Math.abs(way('r', 'y') - way('b', 'y') - expected.y)).toBeLessThan(0.05 * 8);
        // The focus lies in the middle, so the near one goes with the view, half of the way.
        expect(Math.abs(2 * way('r', 'x') - expected.x)).toBeLessThan(1);
    }
    await close();
});

test('what the square uncovers is what lies behind it, without black and without red smears', async () => {
    const { page, close } = await open(layered);
    const still = await pictureAt(page, 0);
    const moved = await pictureAt(page, 1);
    const red = (png: Buffer): number => countRed(png);
    expect(red(moved) / red(still)).toBeCloseTo(1, 1);
    expect(darkest(moved)).toBeGreaterThan(60);
    await close();
});

test('the pointer moves the view to where it stands, and its leaving brings it back', async () => {
    const { page, close } = await open(layered);
    await page.mouse.move(0.75 * width, 0.5 * height);
    await viewIs(page, 0.5, 0);
    await page.mouse.move(width + 50, height + 50);
    await viewIs(page, 0, 0);
    await close();
});

test('arrow keys move the view and Escape brings it back', async () => {
    const { page, close } = await open(layered);
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    await viewIs(page, 0.5, -0.25);
    await page.keyboard.press('Escape');
    await viewIs(page, 0, 0);
    await close();
});

test('a finger drags the view and the page still scrolls', async () => {
    const { page, close } = await open(layered, {}, { hasTouch: true });
    const drag = (type: string, x: number): Promise<void> =>
        page.evaluate(
            ([name, to]) => {
                const area = document.querySelector('photo-3d')!.shadowRoot!.querySelector('#view')!;
                area.setPointerCapture = () => {}; // No finger is really there to be captured.
                area.dispatchEvent(
                    new PointerEvent(name as string, {
                        pointerType: 'touch',
                        clientX: to as number,
                        clientY: 60,
                        bubbles: true,
                    }),
                );
            },
            [type, x],
        );
    await drag('pointermove', 150);
    await viewIs(page, 0, 0);
    await drag('pointerdown', 40);
    await drag('pointermove', 40 + 0.3 * width);
    await viewIs(page, 0.6, 0);
    await drag('pointerup', 40 + 0.3 * width);
    await viewIs(page, 0, 0);
    const touch = await page
        .locator('photo-3d #view')
        .evaluate((area) => getComputedStyle(area).touchAction);
    expect(touch).toBe('pan-y');
    await close();
});

test('with reduced motion nothing moves by itself, and keys still do', async () => {
    const moving = layered.replace('idle="none"', '');
    const still = await open(moving, {}, { reducedMotion: 'reduce' });
    await still.page.mouse.move(0.9 * width, 0.5 * height);
    await still.page.waitForTimeout(600);
    await viewIs(still.page, 0, 0, 0);
    await still.page.keyboard.press('Tab');
    await still.page.keyboard.press('ArrowLeft');
    await viewIs(still.page, -0.25, 0);
    await still.close();

    const lively = await open(moving);
    await lively.page.waitForFunction(() => document.querySelector('photo-3d')!.view.x > 0.1);
    await lively.close();
});

test('the photo may follow the scrolling of the page', async () => {
    const tall = `<div style="height:500px"></div>${layered}<div style="height:900px"></div>`;
    const { page, close } = await visit(browser, tall.replace('idle=', 'follow="scroll" idle='), files);
    await page.evaluate(() => scrollTo(0, 500 + 60 - 150));
    await settled(page);
    await page.evaluate(() => scrollBy(0, 0.5 * 210));
    await viewIs(page, 0.5, 0);
    await close();
});

function countRed(png: Buffer): number {
    return [...pixelsOf(png)].filter(({ r, g, b }) => r > 128 && g < 90 && b < 90).length;
}

function darkest(png: Buffer): number {
    return Math.min(...[...pixelsOf(png)].map(({ r, g, b }) => Math.max(r, g, b)));
}

function* pixelsOf(png: Buffer): Generator<{ r: number; g: number; b: number }> {
    const { data } = PNG.sync.read(png);
    for (let i = 0; i < data.length; i += 4) {
        yield { r: data[i]!, g: data[i + 1]!, b: data[i + 2]! };
    }
}
