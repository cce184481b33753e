import type { View } from './motion';

/** What the page asked for. Addresses are absolute. */
export interface Source {
    /** The photo, or the clip of `seek`. */
    readonly photo: string;
    /** How near each pixel of the photo is, white = near; from wherever the page has it. */
    readonly loadDepth: () => Promise<TexImageSource>;
    /** The text of a manifest and what its addresses are relative to. */
    readonly manifest?: { readonly text: string; readonly base: string } | undefined;
    /** In percent of the width. Not set: the preset's, within what the photo was completed for. */
    readonly shift?: number | undefined;
    readonly presetShift: number;
    readonly focus?: number | undefined;
}

/** One way to draw the photo for a view. */
export interface Renderer {
    /** What is shown in place of the plain picture. */
    readonly surface: HTMLElement;
    readonly width: number;
    readonly height: number;
    draw(view: View): void;
    /** The size on the screen, in its own pixels. */
    resize(width: number, height: number): void;
    /** Called when the graphics processor forgot everything, and again once it is back. */
    onContext?: ((state: 'lost' | 'restored') => void) | undefined;
    dispose(): void;
}

export type Opener = (source: Source) => Promise<Renderer>;
