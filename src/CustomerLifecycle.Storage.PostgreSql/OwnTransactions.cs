using System.Transactions;
using Npgsql;

namespace CustomerLifecycle.Storage.PostgreSql;

internal static class OwnTransactions
{
    /// <summary>Opens a connection outside of the caller's <see cref="TransactionScope"/>: what is answered as appended stays appended, whatever becomes of the scope.</summary>
    public static async Task<NpgsqlConnection> OpenOutsideScopeAsync(this NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        using var outside = Transaction.Current is null ? null : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
    }
}
