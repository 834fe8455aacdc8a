/** What the kinds of `autoscaling` do beyond their schemas. */
import type { KindFacts } from '../kind-facts';
import { horizontalPodAutoscalerColumns } from './columns';
import { horizontalPodAutoscalerStrategy } from './horizontal-pod-autoscaler';

export { convertHorizontalPodAutoscaler } from './conversion';

export const autoscalingKinds: Readonly<Record<string, KindFacts>> = {
  horizontalpodautoscalers: { strategy: horizontalPodAutoscalerStrategy, columns: horizontalPodAutoscalerColumns },
};
