import { describe } from 'vitest';
import { deliveriesContract } from '../support/deliveries-contract.ts';
import { memoryDeliveries, memoryStorms } from '../support/memory-deliveries.ts';

describe('the notifier in memory', () => {
  deliveriesContract(async () => ({ deliveries: memoryDeliveries(), storms: memoryStorms() }));
});
