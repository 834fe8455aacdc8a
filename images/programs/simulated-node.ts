/** The simulated node as a process of its own, for a cluster without nodes. */
import { SimulatedNode } from '../../src/programs/simulated-node';
import { runProgram } from './run-program';

void runProgram('simulated node', (surroundings) => new SimulatedNode(surroundings));
