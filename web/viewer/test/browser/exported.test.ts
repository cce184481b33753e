// Pages that `diorama photo3d` has written, opened from disk. EXPORTED= names the page, and
// EXPORTED_PHOTO= the photo that it shows, as a PNG of the page's own size; EXPORTED_CAMERA= what
// `diorama camera` shows of it at the right end of the way.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PNG } from 'pngjs';
import { expectGolden } from './golden';
import { difference } from './pictures';
import { launch, pictureAt, settled } from './visit';

const exported = process.env['EXPORTED'] ?? '';
const photo = process.env['EXPORTED_PHOTO'] ?? '';
const camera = process.env['EXPORTED_CAMERA'] ?? '';

async function open(): Promise<{ page: Page; complaints: string[]; requests: string[] }> {
    const browser = await launch();
    const { width, height } = PNG.sync.read(readFileSync(photo));
    const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
        if (!request.url().startsWith('data:')) requests.push(request.url());
    });
    page.on('close', () => void browser.close());
    await page.goto(pathToFileURL(exported).href);
    await settled(page);
    return { page, complaints, requests };
}

test.runIf(exported)('an exported page moves under its strict policy and asks nobody', async () => {
    const { page, complaints, requests } = await open();
    expect(await page.evaluate(() => document.querySelector('photo-3d')!.state)).toBe('ready');
    const still = await pictureAt(page, 0);
    // The layers over one another are the photo; what is left is what WebP makes of it at 95.
    expect(difference(still, readFileSync(photo))).toBeLessThanOrEqual(2.5);
    for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]] as const) {
        const moved = await pictureAt(page, x, y);
        expect(difference(moved, still)).toBeGreaterThan(0.2);
    }
    expect(complaints).toEqual([]);
    expect(requests).toEqual([pathToFileURL(exported).href]);
    await page.close();
});

test.runIf(camera)('the page and the camera show the same', async () => {
    const { page } = await open();
    const filmed = readFileSync(camera);
    const far = await pictureAt(page, 1);
    expect(difference(far, filmed)).toBeLessThanOrEqual(2.5);
    // The way itself makes a larger difference.
    expect(difference(await pictureAt(page, -1), filmed)).toBeGreaterThan(2 * difference(far, filmed));
    await page.close();
});

test.runIf(exported)('the page as it was looked at and accepted', async () => {
    const { page } = await open();
    expectGolden('page_right', await pictureAt(page, 1));
    expectGolden('page_up_left', await pictureAt(page, -0.7, -0.7));
    await page.close();
});
