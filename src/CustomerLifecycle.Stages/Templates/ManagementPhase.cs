namespace CustomerLifecycle.Stages;

/// <summary>What a company does along a customer's life: a tag for plays and reports, never a state of a customer.</summary>
public enum ManagementPhase
{
    /// <summary>营销: makes itself known.</summary>
    Marketing,

    /// <summary>获取: wins customers.</summary>
    Acquisition,

    /// <summary>关系建立: gets to know them.</summary>
    RelationshipBuilding,

    /// <summary>增值: sells more and better.</summary>
    ValueEnhancement,

    /// <summary>留存: keeps them.</summary>
    Retention,

    /// <summary>挽留: wins them back.</summary>
    WinBack,

    /// <summary>数据分析与优化: looks at all of it, and begins again.</summary>
    AnalysisAndOptimisation,
}

/// <summary>The seven management phases with their names.</summary>
public static class ManagementPhases
{
    /// <summary>All phases in their order, with names.</summary>
    public static IReadOnlyList<(ManagementPhase Phase, StageText Name)> All { get; } =
    [
        (ManagementPhase.Marketing, new("Marketing", "营销")),
        (ManagementPhase.Acquisition, new("Acquisition", "获取")),
        (ManagementPhase.RelationshipBuilding, new("Relationship building", "关系建立")),
        (ManagementPhase.ValueEnhancement, new("Value enhancement", "增值")),
        (ManagementPhase.Retention, new("Retention", "留存")),
        (ManagementPhase.WinBack, new("Win-back", "挽留")),
        (ManagementPhase.AnalysisAndOptimisation, new("Analysis and optimisation", "数据分析与优化")),
    ];

    /// <summary>The phase after another; after the last one the first: it is a cycle of review.</summary>
    /// <param name="phase">A phase.</param>
    public static ManagementPhase Next(ManagementPhase phase) => (ManagementPhase)(((int)phase + 1) % All.Count);

    /// <summary>Whether plays for customers belong to the phase; the last one is the company's own work.</summary>
    /// <param name="phase">A phase.</param>
    public static bool HasPlays(ManagementPhase phase) => phase != ManagementPhase.AnalysisAndOptimisation;

    /// <summary>The phase that a stage of the coarse scale calls for.</summary>
    /// <param name="coarseStage">A stage of <see cref="StageMappings.CoarseScale"/>.</param>
    /// <exception cref="ArgumentException">It is none of the scale.</exception>
    public static ManagementPhase Of(string coarseStage) => coarseStage switch
    {
        "potential" => ManagementPhase.Acquisition,
        "new" => ManagementPhase.RelationshipBuilding,
        "active" => ManagementPhase.ValueEnhancement,
        "loyal" => ManagementPhase.Retention,
        "lost" => ManagementPhase.WinBack,
        _ => throw new ArgumentException($"'{coarseStage}' is none of the coarse scale.", nameof(coarseStage)),
    };
}
