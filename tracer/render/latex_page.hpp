// A derivation as a LaTeX document. Needs no more than texlive-latex-base and
// texlive-latex-recommended: article, geometry, amsmath, amssymb, graphicx. Next: latex_rows.hpp,
// how lines of working are set.
#pragma once

#include <string>

#include "tracer/derive/document.hpp"

namespace tracer {

/// A whole document, ready for pdflatex.
std::string to_latex(const Derivation& derivation, const PageOptions& options);

/// Its body alone, for \input in a document that loads amsmath, amssymb and graphicx.
std::string to_latex_fragment(const Derivation& derivation, const PageOptions& options);

}  // namespace tracer
