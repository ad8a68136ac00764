namespace CustomerLifecycle.Storage.PostgreSql;

/// <summary>The schema-qualified names of one journal's tables and functions.</summary>
internal sealed class JournalNames(string schema, string journal)
{
    /// <summary>The schema, quoted.</summary>
    public string Schema { get; } = SchemaNameAttribute.Takes(schema) ? $"\"{schema}\"" : throw new ArgumentException($"The schema's name must be {SchemaNameAttribute.Form}", nameof(schema));

    /// <summary>The journal's name: letters, digits and _, so it needs no quotes.</summary>
    public string Journal { get; } = journal;

    public string Streams => $"{Schema}.{Journal}_stream";

    public string Schedule => $"{Schema}.{Journal}_schedule";

    public string Records => $"{Schema}.{Journal}_record";

    public string Keys => $"{Schema}.{Journal}_key";

    public string Outbox => $"{Schema}.{Journal}_outbox";

    public string DeadLetters => $"{Schema}.{Journal}_dead_letter";

    public string AppendFunction => $"{Schema}.{Journal}_append";

    public string ClaimDueFunction => $"{Schema}.{Journal}_due_claim";

    public string ViewRegister => $"{Schema}.customerlifecycle_views";

    public string Register => $"{Schema}.customerlifecycle_journal";
}
