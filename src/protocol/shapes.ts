import { z } from 'zod';
import { Digest } from './text.ts';

/** A feature store on disk; `id` is its content address, checked when the worker opens it. */
export const StoreRef = z.strictObject({ path: z.string().min(1), id: Digest }).meta({ id: 'StoreRef' });
export type StoreRef = z.infer<typeof StoreRef>;

/**
 * Where distances between places are taken: prompt features, φ(a) − φ(b), or the same difference in the last hidden
 * layer of a fitted posterior's first member (`posterior` is its handle; null in the other spaces).
 */
export const FeatureSpaceRef = z
  .strictObject({
    name: z.enum(['prompt', 'pair', 'latent']),
    store: StoreRef,
    posterior: z.string().min(1).nullable(),
  })
  .meta({ id: 'FeatureSpaceRef' });
export type FeatureSpaceRef = z.infer<typeof FeatureSpaceRef>;

export const Activation = z.enum(['tanh', 'relu', 'sigmoid', 'leaky_relu']);
export const WeightInit = z.enum([
  'normal',
  'uniform',
  'xavier_normal',
  'xavier_uniform',
  'kaiming_normal',
  'kaiming_uniform',
]);

/** Reward head: an MLP D → layers… → 1 (method.md section 5). */
export const HeadShape = z
  .strictObject({
    layers: z.array(z.int().min(1).max(65536)).max(8),
    activation: Activation,
    init: WeightInit,
    initScale: z.number().min(0),
  })
  .meta({ id: 'HeadShape' });

/** Optimiser and stopping rule of one fit. Rates are per step, `evalEvery` and `warmupSteps` count optimiser steps. */
export const TrainingSettings = z
  .strictObject({
    lr: z.number().min(0),
    beta1: z.number().min(0).max(1),
    beta2: z.number().min(0).max(1),
    eps: z.number().min(0),
    weightDecay: z.number().min(0),
    clipNorm: z.number().min(0),
    warmupSteps: z.int().min(0),
    batch: z.int().min(1),
    epochs: z.int().min(1),
    evalEvery: z.int().min(1),
    patience: z.int().min(1),
  })
  .meta({ id: 'TrainingSettings' });

/** How the learning of one member went; losses are mean validation losses in nats. */
export const MemberReport = z
  .strictObject({
    steps: z.array(z.int().min(0)),
    losses: z.array(z.number()),
    bestStep: z.int().min(0),
    bestLoss: z.number().nullable(),
    stopStep: z.int().min(0),
    stoppedEarly: z.boolean(),
  })
  .meta({ id: 'MemberReport' });
