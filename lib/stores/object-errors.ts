export class ObjectExists extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} is there already`, { cause });
    this.name = 'ObjectExists';
  }
}

export class ObjectMissing extends Error {
  constructor(name: string, cause: unknown) {
    super(`${name} is not there`, { cause });
    this.name = 'ObjectMissing';
  }
}
