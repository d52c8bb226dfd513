// Sample 2 of relu-1-1-1: the page that tracer is measured by. It stands here and not in a file, so
// that no update of the golden files can move it. render/ is tested against it from a document
// built by hand, the program from the lesson.
#pragma once

namespace tracer {

inline constexpr const char* measure = R"(Sample 2 of 3: x = 2, y = 4
  Weights now (after sample 1):  w1 = 1.02   b1 = 0.02   w2 = 1.02   b2 = 0.02

  Forward   x ─→ z1 ─→ a1 ─→ z2 ─→ L
    z1 = w1·x + b1     = (1.02)(2) + 0.02       = 2.06
    a1 = relu(z1)      = relu(2.06)             = 2.06          z1 > 0: passed on unchanged
    z2 = w2·a1 + b2    = (1.02)(2.06) + 0.02    = 2.1212
    L  = ½(z2 − y)²    = ½(2.1212 − 4)²         = 1.76494472

  Backward  L ─→ z2 ─→ a1 ─→ z1: what came from above × the local slope
    ∂L/∂z2 = z2 − y                                  = 2.1212 − 4       = −1.8788
                                                     (the 2 of the square cancels the ½)
    ∂L/∂w2 = ∂L/∂z2 · ∂z2/∂w2 = ∂L/∂z2 · a1          = (−1.8788)(2.06)  = −3.870328
    ∂L/∂b2 = ∂L/∂z2 · ∂z2/∂b2 = ∂L/∂z2 · 1           = (−1.8788)(1)     = −1.8788
    ∂L/∂a1 = ∂L/∂z2 · ∂z2/∂a1 = ∂L/∂z2 · w2          = (−1.8788)(1.02)  = −1.916376
                                                     (w2 from the forward pass, not the updated one)
    ∂L/∂z1 = ∂L/∂a1 · ∂a1/∂z1 = ∂L/∂a1 · relu′(z1)   = (−1.916376)(1)   = −1.916376
                                                     (z1 > 0, so the slope is 1)
    ∂L/∂w1 = ∂L/∂z1 · ∂z1/∂w1 = ∂L/∂z1 · x           = (−1.916376)(2)   = −3.832752
    ∂L/∂b1 = ∂L/∂z1 · ∂z1/∂b1 = ∂L/∂z1 · 1           = (−1.916376)(1)   = −1.916376

    The whole chain: ∂L/∂w1 = (z2 − y) · w2 · relu′(z1) · x = (−1.8788)(1.02)(1)(2) = −3.832752

  Update    new = old − 0.01 · gradient, all from the gradients above
    w1 ← 1.02 − 0.01·(−3.832752) = 1.05832752        b1 ← 0.02 − 0.01·(−1.916376) = 0.03916376
    w2 ← 1.02 − 0.01·(−3.870328) = 1.05870328        b2 ← 0.02 − 0.01·(−1.8788)   = 0.038788

  Did it help? Same sample, new weights: L ≈ 1.409251143 (was 1.76494472)
)";

}  // namespace tracer
