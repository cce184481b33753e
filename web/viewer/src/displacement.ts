// mode="displacement": a photo and its depth through PixiJS's DisplacementFilter. Loading this
// module makes the mode known to <photo-3d>; PixiJS comes with it and with nothing else.
import 'pixi.js/unsafe-eval'; // A strict page policy forbids the code that PixiJS would generate.
import 'pixi.js/filters';
import { Container, DisplacementFilter, Sprite, Texture, WebGLRenderer } from 'pixi.js';

import type { Photo3D } from './element';
import { PhotoError } from './errors';
import { loadImage } from './images';
import type { View } from './motion';
import { sizeOf } from './program';
import type { Renderer, Source } from './renderer';

async function openDisplacement(source: Source): Promise<Renderer> {
    const photo = await loadImage(source.photo);
    const depth = await source.loadDepth();
    const pixi = new WebGLRenderer();
    try {
        await pixi.init({ backgroundAlpha: 0, antialias: false, manageImports: false });
    } catch {
        throw new PhotoError('webgl', 'This browser has no WebGL; the photo stays flat');
    }
    return new DisplacementRenderer(pixi, photo, depth, source);
}

class DisplacementRenderer implements Renderer {
    readonly surface: HTMLCanvasElement;
    readonly width: number;
    readonly height: number;
    onContext: ((state: 'lost' | 'restored') => void) | undefined;

    private readonly stage = new Container();
    private readonly photo = new Container();
    private readonly filter: DisplacementFilter;
    private readonly shift: number;
    private readonly focus: number;

    constructor(
        private readonly pixi: WebGLRenderer,
        photo: HTMLImageElement,
        depth: TexImageSource,
        source: Source,
    ) {
        ({ width: this.width, height: this.height } = sizeOf(photo));
        this.surface = pixi.canvas as HTMLCanvasElement;
        this.shift = (source.shift ?? source.presetShift) / 100;
        this.focus = source.focus ?? 0.5;
        const map = this.addSprite(depth);
        this.addSprite(photo);
        // Not clipped, or what lies beyond the frame would be its border's smear.
        this.filter = new DisplacementFilter({ sprite: map, scale: 0, clipToViewport: false });
        this.photo.filters = [this.filter];
        this.stage.addChild(this.photo);
        this.surface.addEventListener('webglcontextlost', () => this.onContext?.('lost'));
        this.surface.addEventListener('webglcontextrestored', () => this.onContext?.('restored'));
    }

    /** The filter takes its colours from p + (map − 0.5) · scale, so the sign makes near things
     *  follow the view; what a focus other than the middle adds is the same everywhere. */
    draw(view: View): void {
        const way = this.shift * this.pixi.width;
        this.filter.scale.x = -view.x * way;
        this.filter.scale.y = -view.y * way;
        const { width, height } = this.pixi;
        this.photo.x = width / 2 + (0.5 - this.focus) * view.x * way;
        this.photo.y = height / 2 + (0.5 - this.focus) * view.y * way;
        this.pixi.render(this.stage);
    }

    /** The photo stands over the frame by as much as it may move. */
    resize(width: number, height: number): void {
        const scale = Math.min(1, this.width / width);
        this.pixi.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
        const over = this.shift * this.pixi.width * Math.max(this.focus, 1 - this.focus);
        this.photo.scale.set(
            Math.max(
                (this.pixi.width + 2 * over) / this.width,
                (this.pixi.height + 2 * over) / this.height,
            ),
        );
    }

    dispose(): void {
        this.onContext = undefined;
        this.stage.destroy({ children: true, texture: true, textureSource: true });
        this.pixi.destroy();
    }

    /** Centred on the photo and of its size. */
    private addSprite(image: TexImageSource): Sprite {
        const sprite = new Sprite(Texture.from(image as HTMLImageElement, true));
        sprite.anchor.set(0.5);
        sprite.setSize(this.width, this.height);
        return this.photo.addChild(sprite);
    }
}

void customElements.whenDefined('photo-3d').then((element) => {
    (element as typeof Photo3D).register('displacement', openDisplacement);
});
