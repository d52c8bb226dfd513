// How the tests of the diagnosis ask. A lesson's numbers are plain matrices, what is claimed was
// worked out from them, and the diagnosis is one line of text:
//
//   const Subject s("param w = 2\n...");                      a lesson at a step of its training
//   Claimed claimed = right_gradients(s);                     what the lesson itself has
//   of(claimed, "dL/dw") *= 2;                                and what somebody has instead
//   CHECK(told(s, claimed) == "named | scale 2: w (line 1)");
//
// Next: by_hand.hpp, a whole backward pass to put a mistake into.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/claims/claims_of.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer::asked {

using M = Eigen::MatrixXd;

/// A lesson at a step of its training.
struct Subject {
  Program program;
  StepPoint at;

  explicit Subject(const std::string& text, long long step = 1) : Subject(lesson(text), step) {}
  explicit Subject(Program of, long long step = 1)
      : program(std::move(of)), at(point_of_step(program, step)) {}
  const BatchGraph& batch() const { return *at.batch; }
  M operator[](const std::string& name) const { return at.point.at(name).matrix(); }
};

/// What is claimed, by the names of the lesson: "dL/dW1", "P".
using Claimed = std::vector<std::pair<std::string, M>>;

inline NamedArray array(const std::string& name, const M& values,
                        const std::string& precision = "float64") {
  NamedArray made;
  made.name = name;
  made.shape = {values.rows(), values.cols()};
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    for (Eigen::Index j = 0; j < values.cols(); ++j)
      made.values.push_back(static_cast<long double>(values(i, j)));
  }
  made.precision = precision_of(precision);
  return made;
}

inline std::vector<NamedArray> arrays(const Claimed& claimed,
                                      const std::string& precision = "float64") {
  std::vector<NamedArray> made;
  for (const auto& [name, values] : claimed) made.push_back(array(name, values, precision));
  return made;
}

inline std::vector<Claim> claims(const Subject& subject, const Claimed& claimed,
                                 const std::string& precision = "float64") {
  return claims_from(arrays(claimed, precision), subject.program, subject.batch(), {"c.npz", {}})
      .claims;
}

inline Diagnosis diagnosed(const Subject& subject, const Claimed& claimed,
                           const std::string& precision = "float64") {
  return diagnose({subject.program,
                   subject.batch(),
                   {{subject.at.point, claims(subject, claimed, precision)}},
                   subject.at.earlier});
}

/// "activation_for_slope: A2 (line 8), A1 (line 6), everywhere; scale 2: W1 (line 1)"
inline std::string told(const Account& account, const Program& program) {
  std::string text;
  for (const Finding& finding : account.findings) {
    text += (text.empty() ? "" : "; ") + finding.id;
    if (finding.factor_name) text += " " + finding.factor_name->text;
    text += ":";
    std::string between = " ";
    for (const LinePlace& line : finding.lines) {
      text += between + line.name;
      between = ", ";
      if (line.span)
        text += " (line " + std::to_string(program.source->place(line.span->begin).line) + ")";
    }
    if (finding.everywhere) text += ", everywhere";
  }
  for (const std::string& name : account.unexplained) text += "; not " + name;
  return text;
}

/// The verdict, and the best account: "named | sign: Z2 (line 7)".
inline std::string told(const Diagnosis& diagnosis, const Subject& subject) {
  std::string text(word_of(diagnosis.verdict));
  if (!diagnosis.accounts.empty())
    text += " | " + told(diagnosis.accounts.front(), subject.program);
  return text;
}

inline std::string told(const Subject& subject, const Claimed& claimed) {
  return told(diagnosed(subject, claimed), subject);
}

/// Whether some account (the first, or one that fits as well) tells this and nothing else.
inline bool among(const Diagnosis& diagnosis, const Subject& subject, const std::string& text) {
  for (const Account& account : diagnosis.accounts) {
    if (told(account, subject.program) == text) return true;
  }
  return false;
}

/// The gradients of the lesson itself, by the tape over double, of all that it has gradients of.
inline Claimed right_gradients(const Subject& subject) {
  const BatchGraph& batch = subject.batch();
  std::vector<NodeId> wanted;
  for (const std::string& name : subject.program.wrt) wanted.push_back(batch.graph.find(name));
  Tape<double> tape(batch.graph, wanted);
  for (const auto& [name, values] : subject.at.point)
    tape.own_value(batch.graph.find(name)) = values;
  tape.forward();
  if (subject.program.seed_name.empty()) {
    tape.backward(batch.loss);
  } else {
    tape.backward(batch.loss, subject.at.point.at(subject.program.seed_name));
  }
  Claimed claimed;
  for (const NodeId node : wanted) {
    if (tape.reached(node))
      claimed.emplace_back("dL/d" + batch.graph[node].name, tape.adjoint(node).matrix());
  }
  return claimed;
}

inline M& of(Claimed& claimed, const std::string& name) {
  for (auto& [called, values] : claimed) {
    if (called == name) return values;
  }
  throw std::out_of_range(name);
}

/// Throws std::out_of_range where nothing is found.
inline const Finding& first_finding(const Diagnosis& diagnosis) {
  return diagnosis.accounts.at(0).findings.at(0);
}

}  // namespace tracer::asked
