/** The stores by their names. */
export type Store = 'postgresql' | 'redis' | 'mongodb';
