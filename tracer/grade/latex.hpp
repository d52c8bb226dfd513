// LaTeX as people copy it into their answers, as the plain text that they would have typed:
// $\partial L/\partial w_1 \approx -1.9$ is dL/dw_1 = -1.9.
#pragma once

#include <string>
#include <string_view>

namespace tracer {

/// Commands that are known are replaced, others lose their backslash; a matrix becomes [1, 2; 3,
/// 4]. Text without a $ or \ is left as it is.
std::string without_latex(std::string_view text);

}  // namespace tracer
