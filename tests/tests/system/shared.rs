//! The product that most tests share.

use std::{
    sync::{OnceLock, mpsc},
    thread,
};

use todo_tests::Product;

/// A product that lives as long as this program, in a runtime of its own: the runtime of a test ends with the test.
pub(crate) fn product() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    PRODUCT.get_or_init(|| {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                sender.send(Product::shared().await.unwrap()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().expect("the product starts")
    })
}
