import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { expectGolden } from './golden';
import { depth, height, manifest, photo, width } from './pictures';
import { bundleDisplacement, launch, pictureAt, visit } from './visit';

let browser: Browser;
beforeAll(async () => {
    browser = await launch();
});
afterAll(() => browser.close());

const box = `alt="A red square" shift="8" style="width:${width}px;height:${height}px" idle="none"`;
const layers = `<script type="application/json" id="layers">${manifest()}</script>
    <photo-3d manifest="#layers" ${box}></photo-3d>`;
const map = `<photo-3d src="photo.png" depth="depth.png" ${box}></photo-3d>`;
const displaced = map.replace('src', 'mode="displacement" src');

test.each([
    ['layers_right', layers, 1, 0],
    ['layers_up_left', layers, -0.7, -0.7],
    ['map_right', map, 1, 0],
    ['map_down', map, 0, 1],
    ['displaced_left', `${displaced}<script type="module" src="displacement.js"></script>`, -1, 0],
])('%s', async (name, body, x, y) => {
    const files = { 'photo.png': photo(), 'depth.png': depth() };
    const script = { 'displacement.js': await bundleDisplacement() };
    const { page, close } = await visit(browser, body, { ...files, ...script });
    await page.waitForFunction(() => document.querySelector('photo-3d')!.state === 'ready');
    expectGolden(name, await pictureAt(page, x, y));
    await close();
});
