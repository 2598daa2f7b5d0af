// Every kernel, in one translation unit a variant.
#include <stdbool.h>
#include <string.h>

#include "../dispatch.h"
#include "../threads.h"

#include "mathematics.h"

#include "activations.h"
#include "attention.h"
#include "elementwise.h"
#include "indexing.h"
#include "matrix_product.h"
#include "normalisation.h"
#include "optimiser.h"
#include "random.h"
#include "reductions.h"
#include "rotary.h"
#include "softmax.h"
