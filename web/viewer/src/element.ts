import { contexts, type Holder } from './budget';
import { loadDepth, type DepthMeter } from './depth';
import { PhotoError } from './errors';
import { listen } from './input';
import { presetNamed, rest, type View } from './motion';
import { Mover } from './mover';
import type { Opener, Renderer, Source } from './renderer';
import { Stage } from './stage';
import { askForTilt, followTilt, mayTilt } from './tilt';

const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)');

/** `<photo-3d>`: README.md beside this folder has its attributes, properties and events. */
export class Photo3D extends HTMLElement implements Holder {
    static readonly observedAttributes = [
        ...['src', 'depth', 'manifest', 'mode', 'alt', 'shift', 'focus', 'preset', 'tilt'],
    ];

    /** Makes a mode known; elements that wait for it begin. */
    static register(mode: string, opener: Opener): void {
        Photo3D.openers.set(mode, opener);
        for (const element of Photo3D.connected) if (element.mode === mode) element.restart();
    }

    /** Makes known how depth="auto" is measured; elements that wait for it begin. */
    static measureBy(meter: DepthMeter): void {
        Photo3D.meter = meter;
        for (const element of Photo3D.connected) {
            if (element.getAttribute('depth') === 'auto') element.restart();
        }
    }

    private static readonly openers = new Map<string, Opener>();
    private static meter: DepthMeter | undefined;
    private static readonly connected = new Set<Photo3D>();

    private readonly stage = new Stage(this.attachShadow({ mode: 'open' }));
    private readonly mover = new Mover((view) => this.renderer?.draw(view));
    private renderer: Renderer | undefined;
    private connection: AbortController | undefined;
    private tilting: AbortController | undefined;
    private visible = false;
    private swayed = false;
    /** Which of several starts is the latest; an older one that ends later counts for nothing. */
    private start = 0;

    get mode(): string {
        return this.getAttribute('mode') ?? 'layered';
    }

    /** Where the view is now; setting it goes there at once. */
    get view(): View {
        return this.mover.view;
    }
    set view(view: View) {
        this.mover.jump(view);
    }

    /** Whether the photo can move, or why it cannot: what `ready` and `error` have told. */
    get state(): 'waiting' | 'ready' | 'failed' {
        return this.renderer ? 'ready' : this.failed ? 'failed' : 'waiting';
    }
    private failed = false;

    connectedCallback(): void {
        this.connection = new AbortController();
        const { signal } = this.connection;
        Photo3D.connected.add(this);
        listen(
            this.stage.view,
            {
                hover: () => !reducedMotion.matches,
                scroll: () => this.getAttribute('follow') === 'scroll',
                onView: (view) => this.mover.ask(view),
            },
            signal,
        );
        this.stage.button.addEventListener('click', () => void this.toggleTilt(), { signal });
        document.addEventListener('visibilitychange', () => this.pauseOrGoOn(), { signal });
        this.watchSize(signal);
        this.restart();
    }

    disconnectedCallback(): void {
        Photo3D.connected.delete(this);
        this.connection?.abort();
        this.tilting?.abort();
        this.release();
    }

    attributeChangedCallback(name: string): void {
        if (!this.isConnected) return;
        if (name === 'alt' || name === 'tilt') this.describe();
        else this.restart();
    }

    /** Gives the WebGL context back, for other photos of the page. */
    release(): void {
        ++this.start;
        contexts.give(this);
        this.mover.sleep();
        this.renderer?.dispose();
        this.renderer = undefined;
        this.stage.hideSurface();
    }

    // ---- Beginning -----------------------------------------------------------------------------

    private restart(): void {
        this.release();
        this.failed = false;
        this.describe();
        this.stage.showPhoto(this.mode === 'seek' ? '' : (this.getAttribute('src') ?? ''));
        if (this.visible) void this.open();
    }

    private async open(): Promise<void> {
        const start = ++this.start;
        try {
            const opener = Photo3D.openers.get(this.mode);
            if (!opener) throw new PhotoError('mode', `The script for mode="${this.mode}" is not loaded`);
            contexts.take(this);
            const renderer = await opener(await this.readSource());
            if (start === this.start) this.begin(renderer);
            else renderer.dispose();
        } catch (error) {
            if (start === this.start) this.fail(error);
        }
    }

    private begin(renderer: Renderer): void {
        this.renderer = renderer;
        renderer.onContext = (state) => {
            this.stage.cover(state === 'restored');
            if (state === 'restored') this.mover.wake();
        };
        this.stage.showSurface(renderer.surface, renderer.width / renderer.height);
        this.fit();
        this.mover.settleMs = presetNamed(this.getAttribute('preset')).settleMs;
        renderer.draw(this.view);
        this.swayOnce();
        this.pauseOrGoOn();
        this.dispatchEvent(new CustomEvent('ready'));
    }

    /** The plain picture stays, and the page is told why. */
    private fail(error: unknown): void {
        this.release();
        this.failed = true;
        // Modes come in bundles of their own, which have a class of their own.
        const known = error instanceof Error && 'part' in error;
        const told = known ? error : new PhotoError('photo', String(error));
        this.dispatchEvent(new ErrorEvent('error', { error: told, message: told.message }));
    }

    private async readSource(): Promise<Source> {
        const preset = presetNamed(this.getAttribute('preset'));
        const photo = this.addressOf(this.getAttribute('src') ?? this.querySelector('img')?.src ?? '');
        return {
            photo,
            loadDepth: () => loadDepth(photo, this.depthAddress(), Photo3D.meter),
            manifest: await this.readManifest(),
            shift: this.numberOf('shift'),
            presetShift: preset.shift,
            focus: this.numberOf('focus'),
        };
    }

    /** "#id" is an element of the page, anything else an address. */
    private async readManifest(): Promise<Source['manifest']> {
        const name = this.getAttribute('manifest');
        if (name === null) return undefined;
        if (name.startsWith('#')) {
            const text = document.getElementById(name.slice(1))?.textContent;
            if (text == null) throw new PhotoError('manifest', `The page has no element ${name}`);
            return { text, base: document.baseURI };
        }
        const base = this.addressOf(name);
        try {
            const response = await fetch(base);
            if (response.ok) return { text: await response.text(), base };
        } catch {
            // Told below: fetch does not say why.
        }
        throw new PhotoError('manifest', `${base} could not be read`);
    }

    private depthAddress(): string {
        const depth = this.getAttribute('depth') ?? '';
        return depth === '' || depth === 'pair' || depth === 'auto' ? depth : this.addressOf(depth);
    }

    private addressOf(name: string): string {
        return name === '' ? '' : new URL(name, document.baseURI).href;
    }

    private numberOf(name: string): number | undefined {
        const value = Number.parseFloat(this.getAttribute(name) ?? '');
        return Number.isFinite(value) ? value : undefined;
    }

    // ---- Being seen ----------------------------------------------------------------------------

    private watchSize(signal: AbortSignal): void {
        const size = new ResizeObserver(() => this.fit());
        const sight = new IntersectionObserver((entries) => {
            this.visible = entries.some((entry) => entry.isIntersecting);
            if (this.visible && !this.renderer && !this.failed) void this.open();
            else this.pauseOrGoOn();
        });
        size.observe(this.stage.view);
        sight.observe(this);
        signal.addEventListener('abort', () => {
            size.disconnect();
            sight.disconnect();
        });
    }

    private fit(): void {
        const { clientWidth, clientHeight } = this.stage.view;
        if (!this.renderer || clientWidth === 0 || clientHeight === 0) return;
        // The photo lies within the element as object-fit says; its own shape is kept here.
        const scale = Math.max(clientWidth / this.renderer.width, clientHeight / this.renderer.height);
        const pixels = scale * devicePixelRatio;
        this.renderer.resize(this.renderer.width * pixels, this.renderer.height * pixels);
        this.renderer.draw(this.view);
    }

    private pauseOrGoOn(): void {
        if (!this.visible || document.hidden) this.mover.sleep();
        else if (this.renderer) this.mover.wake();
    }

    private swayOnce(): void {
        if (this.swayed || reducedMotion.matches || this.getAttribute('idle') === 'none') return;
        this.swayed = true;
        this.mover.sway(presetNamed(this.getAttribute('preset')).sway);
    }

    private describe(): void {
        const alt = this.getAttribute('alt') ?? this.querySelector('img')?.alt ?? '';
        this.stage.describe(alt);
        const wanted = this.getAttribute('tilt') !== 'off';
        this.stage.button.hidden = !wanted || !mayTilt();
        if (!wanted) this.stopTilt();
    }

    // ---- Tilt ----------------------------------------------------------------------------------

    private async toggleTilt(): Promise<void> {
        if (this.tilting) {
            this.stopTilt();
            return;
        }
        const permission = await askForTilt();
        this.dispatchEvent(new CustomEvent('tilt-permission', { detail: permission }));
        if (permission !== 'granted' || this.tilting || !this.isConnected) return;
        this.tilting = new AbortController();
        followTilt((view) => this.mover.ask(view), this.tilting.signal);
        this.stage.showTilt(true);
    }

    private stopTilt(): void {
        if (!this.tilting) return;
        this.tilting.abort();
        this.tilting = undefined;
        this.mover.ask(rest);
        this.stage.showTilt(false);
    }
}
