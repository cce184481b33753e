// node look.mjs OUT.png X,Y PAGE.html: an exported page in Chromium, its photo seen with the view at X,Y.
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [out, view, file] = process.argv.slice(2);
const [x, y] = view.split(',').map(Number);
const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
        ...['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
        ...['--ignore-gpu-blocklist', '--no-sandbox'],
    ],
});
const page = await browser.newPage({
    viewport: { width: 1600, height: 1600 },
    reducedMotion: 'reduce',
});
await page.goto(pathToFileURL(file).href);
await page.waitForFunction(() => document.querySelector('photo-3d').state !== 'waiting');
await page.evaluate(
    (to) => {
        document.querySelector('photo-3d').view = to;
        return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    },
    { x, y },
);
await page.locator('photo-3d').screenshot({ path: out });
await browser.close();
