import 'reflect-metadata';

/**
 * Applies decorators to a method without decorator syntax, which Node does not run. `parameters` has an entry for each
 * parameter of the method: its decorators, and its type, which the validation pipe reads.
 */
export function decorateMethod(target, name, { decorators, parameters = [] }) {
  const { prototype } = target;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
  Reflect.defineMetadata(
    'design:paramtypes',
    parameters.map(({ type = Object }) => type),
    prototype,
    name,
  );
  for (const [index, { decorator }] of parameters.entries()) decorator(prototype, name, index);
  for (const decorate of decorators) decorate(prototype, name, descriptor);
}

/** Says which providers the constructor of a class gets. */
export function decorateClass(target, { decorators, inject = [] }) {
  Reflect.defineMetadata('design:paramtypes', inject, target);
  for (const decorate of decorators) decorate(target);
}

/** Applies validators to the properties of a class: `{ name: [IsString(), Length(2, 100)] }`. */
export function decorateProperties(target, validators) {
  for (const [name, decorators] of Object.entries(validators)) {
    for (const decorate of decorators) decorate(target.prototype, name);
  }
}
