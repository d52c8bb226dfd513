// Notation as one line of plain text, for the tables of these tests. Simple-minded on purpose:
// every sum, sign or quotient inside something else is bracketed. How a page looks is render/'s
// business and tested there.
#pragma once

#include <string>

#include "tracer/symbol/symbol.hpp"

namespace tracer::probe {

inline std::string plain(const Notation& n);

inline std::string bracketed(const Notation& n) {
  using Kind = Notation::Kind;
  const bool loose = n.kind == Kind::sum || n.kind == Kind::negate || n.kind == Kind::quotient ||
                     n.kind == Kind::product || n.kind == Kind::power || n.kind == Kind::words ||
                     (n.kind == Kind::number && n.text.find_first_of("-/") != std::string::npos);
  return loose ? "(" + plain(n) + ")" : plain(n);
}

inline std::string joined(const Notation& n, const std::string& between, bool brackets) {
  std::string text;
  for (std::size_t i = 0; i < n.children.size(); ++i) {
    text += (i == 0 ? "" : between) + (brackets ? bracketed(n.children[i]) : plain(n.children[i]));
  }
  return text;
}

inline std::string plain(const Notation& n) {
  using Kind = Notation::Kind;
  switch (n.kind) {
    case Kind::sum: {
      std::string text = plain(n.children.at(0));
      for (std::size_t i = 1; i < n.children.size(); ++i) {
        const Notation& term = n.children[i];
        const bool minus = term.kind == Kind::negate;
        const Notation& size = minus ? term.children.at(0) : term;
        const bool sum = size.kind == Kind::sum || size.kind == Kind::negate;
        text += (minus ? " - " : " + ") + (sum ? bracketed(size) : plain(size));
      }
      return text;
    }
    case Kind::negate:
      return "-" + (n.children.at(0).kind == Kind::product ? plain(n.children[0])
                                                           : bracketed(n.children.at(0)));
    case Kind::product:
      return joined(n,
                    n.product == Notation::Product::hadamard ? " ⊙ "
                    : n.product == Notation::Product::matrix ? " @ "
                                                             : "*",
                    true);
    case Kind::quotient:
      return joined(n, n.product == Notation::Product::hadamard ? " ⊘ " : "/", true);
    case Kind::power:
      return joined(n, "^", true);
    case Kind::call:
      return n.text + "(" + joined(n, ", ", false) + ")";
    case Kind::transpose:
      return bracketed(n.children.at(0)) + "'";
    case Kind::index:
      return bracketed(n.children.at(0)) + "[" + n.text + "]";
    case Kind::words:
      return n.children.empty() ? n.text : n.text + " " + joined(n, " ", true);
    default:
      return n.text;
  }
}

inline std::string plain(const Symbol& formula) { return plain(write(formula)); }

}  // namespace tracer::probe
