// The page's controls, as attributes of the photo.
const element = (id) => document.getElementById(id);
const photo = document.querySelector('photo-3d');
const tell = (text) => (element('status').textContent = text);

function name(attribute, file) {
    const before = photo.getAttribute(attribute) ?? '';
    if (before.startsWith('blob:')) URL.revokeObjectURL(before);
    photo.setAttribute(attribute, URL.createObjectURL(file));
}

function show(file) {
    tell('Measuring depth …');
    photo.setAttribute('depth', 'auto');
    element('depth').value = '';
    name('src', file);
    photo.hidden = false;
}

element('photo').addEventListener('change', ({ target }) => target.files[0] && show(target.files[0]));
element('depth').addEventListener('change', ({ target }) => {
    if (target.files[0]) name('depth', target.files[0]);
});
for (const attribute of ['mode', 'preset']) {
    const select = element(attribute);
    select.addEventListener('change', () => photo.setAttribute(attribute, select.value));
}

addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('over');
});
addEventListener('dragleave', () => document.body.classList.remove('over'));
addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('over');
    const file = [...event.dataTransfer.files].find(({ type }) => type.startsWith('image/'));
    if (file) show(file);
    else tell('That is no picture.');
});

photo.addEventListener('ready', () => tell('Move over the photo.'));
photo.addEventListener('error', ({ message }) => tell(message));
