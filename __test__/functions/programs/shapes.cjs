"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Square = class Square {
  constructor(side) {
    this.side = side;
  }
  get area() {
    return this.side ** 2;
  }
};
exports.default = (x) => x / 2;
