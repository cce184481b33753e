import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundle } from '../../build.mjs';
import { depth, photo } from './pictures';
import { bundleDisplacement, launch, visit } from './visit';

const read = (name: string): string =>
    readFileSync(new URL(`../../demo/${name}`, import.meta.url), 'utf8');

test('the demo page moves a photo of the visitor', async () => {
    const browser = await launch();
    const { page, complaints, close } = await visit(browser, '', {
        'index.html': read('index.html').replaceAll('../dist/', ''),
        'demo.css': read('demo.css'),
        'demo.js': read('demo.js'),
        'photo-3d.js': await bundle('src/photo-3d.ts'),
        'displacement.js': await bundleDisplacement(),
    });
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });
    await page.getByLabel('Photo', { exact: true }).setInputFiles(file('photo.png', photo()));
    await page.getByText('The photo carries no depth').waitFor();
    await page.getByLabel('Depth').setInputFiles(file('depth.png', depth()));
    await page.getByText('Move over the photo.').waitFor();
    await page.getByLabel('Mode').selectOption('displacement');
    await page.waitForFunction(() => document.querySelector('photo-3d')!.state === 'ready');
    expect(complaints).toEqual([]);
    await close();
    await browser.close();
});
