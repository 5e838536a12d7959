//! The native core of Linkage: decides cases under one district's program, byte-equal with the Python engines.
//!
//! ```text
//! program message --Program.load--> Program
//! case bytes, as_of --decide--> the decision in its canonical form, or why Python has to decide it
//! ```
//!
//! A case is decided here wholly or not at all. What the core does not say (a fault of the case, a limit, a form
//! that it has not) it hands over, with the reason. See `policy/native/__init__.py` for the Python side.

pub mod acts;
pub mod answer;
pub mod answers;
pub mod arising;
pub mod breaches;
pub mod brief;
pub mod budget;
mod bulk;
pub mod canon;
pub mod canonical;
pub mod case_json;
pub mod clocks;
pub mod columns;
pub mod decide;
pub mod dues;
pub mod engine;
pub mod eval;
pub mod facts;
pub mod findings;
pub mod lifecycle;
pub mod many;
pub mod message;
pub mod money;
pub mod ops;
pub mod periods;
pub mod placing;
pub mod plans;
pub mod precedence;
pub mod presumed;
pub mod presuming;
pub mod program;
mod python;
pub mod run;
pub mod settling;
pub mod states;
pub mod three;
pub mod time;
pub mod timeline;
pub mod view;
pub mod warnings;
pub mod wire;
pub mod words;
