//! Legal time: the calendar of working days, and counting by it; as `policy/time` has it.

pub mod calendar;
pub mod clock;
pub mod deadline;
pub mod moment;
pub mod office;
