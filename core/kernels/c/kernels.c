// All kernels. kernels.ts states what each computes and in which order it adds; plain_*.ts are the same in TypeScript. One
// source for all targets: compiled without contraction, so that a product and a sum are fused only where `fma` says so.
#include "activation.h"
#include "adaptive.h"
#include "convolution.h"
#include "elementwise.h"
#include "gather.h"
#include "likelihood.h"
#include "loss.h"
#include "planes.h"
#include "pooling.h"
#include "product.h"
#include "sgd.h"
#include "sums.h"
