// What an element shows: the plain picture, the moving one over it, and a button for tilt.

const styles = `
:host { display: block; position: relative; object-fit: contain; overflow: hidden; }
:host([hidden]) { display: none; }
#view { position: relative; width: 100%; height: 100%; object-fit: inherit; touch-action: pan-y;
    outline-offset: -3px; cursor: grab; }
#view:active { cursor: grabbing; }
#plain, #plain img, ::slotted(img), .moving { display: block; width: 100%; height: 100%;
    object-fit: inherit; user-select: none; -webkit-user-drag: none; }
.moving { position: absolute; inset: 0; pointer-events: none; }
#plain.covered { opacity: 0; }
[hidden] { display: none !important; }
button { position: absolute; right: 8px; bottom: 8px; padding: 8px 14px; border: 0;
    border-radius: 20px; font: 14px/1.2 system-ui, sans-serif; color: #fff; background: #000b; }
`;

export class Stage {
    readonly view = document.createElement('div');
    readonly button = document.createElement('button');
    private readonly plain = document.createElement('div');
    private readonly poster = document.createElement('img');
    private surface: HTMLElement | undefined;

    constructor(root: ShadowRoot) {
        // Not a <style>: a strict page policy forbids those.
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(styles);
        root.adoptedStyleSheets = [sheet];

        this.view.id = 'view';
        this.view.tabIndex = 0;
        this.view.setAttribute('role', 'img');
        this.view.setAttribute('aria-roledescription', '3D photo');
        this.poster.alt = '';
        this.button.type = 'button';
        this.button.hidden = true;
        this.plain.id = 'plain';
        const slot = document.createElement('slot');
        slot.append(this.poster);
        this.plain.append(slot);
        this.view.append(this.plain);
        root.append(this.view, this.button);
        this.showTilt(false);
    }

    describe(alt: string): void {
        this.view.setAttribute('aria-label', alt || 'Photo');
        this.view.setAttribute('aria-description', 'Arrow keys move the view');
    }

    showPhoto(address: string): void {
        this.poster.hidden = address === '';
        if (address === '') this.poster.removeAttribute('src');
        else this.poster.src = address;
    }

    /** The plain picture stays below it and gives the element its shape. */
    showSurface(surface: HTMLElement, aspect: number): void {
        this.hideSurface();
        surface.classList.add('moving');
        this.view.append(surface);
        this.view.style.aspectRatio = String(aspect);
        this.surface = surface;
        this.cover(true);
    }

    hideSurface(): void {
        this.surface?.remove();
        this.surface = undefined;
        this.cover(false);
    }

    /** Whether the moving picture hides the plain one, as it does while it can be drawn. */
    cover(covered: boolean): void {
        this.plain.classList.toggle('covered', covered);
        if (this.surface) this.surface.hidden = !covered;
    }

    showTilt(on: boolean): void {
        this.button.textContent = on ? 'Disable tilt' : 'Enable tilt';
    }
}
