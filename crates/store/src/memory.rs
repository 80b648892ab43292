//! What a program remembers of a database's content, so that it need not be read for every message: by type, and with the
//! version that the content had. Whoever asks reads the version first, in the transaction in which he wants the content.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// One version and what was kept of it.
type Kept = (i64, Arc<dyn Any + Send + Sync>);

/// See the module; shared by all handles of a database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<HashMap<TypeId, Kept>>>);

impl Memory {
    pub(crate) fn get<T: Send + Sync + 'static>(&self, version: i64) -> Option<Arc<T>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, value) = all.get(&TypeId::of::<T>())?;
        if *kept == version { Arc::clone(value).downcast().ok() } else { None }
    }

    /// Never an older version in the place of a newer one: a snapshot may be read from long after it was taken.
    pub(crate) fn put<T: Send + Sync + 'static>(&self, version: i64, value: &Arc<T>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = all.get(&TypeId::of::<T>()).is_none_or(|(kept, _)| *kept < version);
        if newest {
            all.insert(TypeId::of::<T>(), (version, Arc::clone(value) as Arc<dyn Any + Send + Sync>));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_that_was_kept_is_given_and_the_newest_stays() {
        let memory = Memory::default();
        memory.put(2, &Arc::new("two"));
        assert_eq!(memory.get::<&str>(2).as_deref(), Some(&"two"));
        assert!(memory.get::<&str>(1).is_none() && memory.get::<&str>(3).is_none() && memory.get::<i64>(2).is_none());
        memory.put(1, &Arc::new("one"));
        assert_eq!(memory.get::<&str>(2).as_deref(), Some(&"two"));
    }
}
