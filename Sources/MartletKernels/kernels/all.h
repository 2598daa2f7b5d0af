// Every kernel, in one translation unit a variant.
#ifdef __clang__
#pragma clang fp contract(off)  // a fused multiply-add is written as one; GCC takes -ffp-contract=off alone
#endif

#include <stdbool.h>
#include <string.h>

#include "../dispatch.h"
#include "../scratch.h"
#include "../threads.h"

#include "../vectors/bfloat16.h"
#include "../vectors/native.h"
#include "mathematics.h"

#include "activations.h"
#include "attention.h"
#include "attention_gradient.h"
#include "clamped_gate.h"
#include "elementwise.h"
#include "experts.h"
#include "indexing.h"
#include "largest.h"
#include "matrix_product.h"
#include "narrow_weights.h"
#include "normalisation.h"
#include "optimiser.h"
#include "random.h"
#include "reductions.h"
#include "rotary.h"
#include "softmax.h"
