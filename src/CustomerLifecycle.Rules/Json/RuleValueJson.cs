using System.Text.Json;

namespace CustomerLifecycle.Rules;

/// <summary>Values of customers and events in JSON: what literals look like, and besides null, NaN and <c>{"$set":[…]}</c>.</summary>
public static class RuleValueJson
{
    /// <summary>Reads a value. Numbers without point and exponent are integers, others doubles; decimals, dates and instants are objects such as <c>{"$decimal":"12.50"}</c>.</summary>
    /// <param name="json">The value.</param>
    /// <exception cref="FormatException">It is none of the forms.</exception>
    public static RuleValue Read(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null) return RuleValue.Missing;
        if (json.ValueKind != JsonValueKind.Object) return RuleJsonReader.ReadLiteral(json);

        using var members = json.EnumerateObject();
        if (members.MoveNext() && members.Current is { Value: var value } member)
        {
            if (member.NameEquals("$set") && value.ValueKind == JsonValueKind.Array) return RuleValue.Of(value.EnumerateArray().Select(RuleJsonReader.ReadLiteral).ToList());
            if (member.NameEquals("$double") && value.ValueKind == JsonValueKind.String && value.ValueEquals("NaN")) return RuleValue.Missing;
        }

        return RuleJsonReader.ReadLiteral(json);
    }
}
